// Measures this library beside others in the same run. Only a wrong count fails it.
import { bench } from '../bench/bench.ts'

process.exitCode = (await bench()) ? 0 : 1

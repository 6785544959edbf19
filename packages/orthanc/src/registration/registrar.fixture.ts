import { ADVERTISE } from './looked-after.fixture.ts'

/** The path at which Orthanc keeps its definitions. */
export const SERVERS = '/dicom-web/servers'

/** In milliseconds. */
export const MINUTE = 60_000

/** Of the bridge: where a definition of ours leads. */
export const url = (name: string) => `${ADVERTISE}/${name}/`

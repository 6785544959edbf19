/** The names that the Python plugin of the same name gives its metrics, so that dashboards go on. */
export const PREFIX = 'dicomweb_oauth_'

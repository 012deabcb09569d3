/** The connection ended, could not be made, or did not answer: reconnect and go on. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The broker said or sent something the workload did not plan for. */
export class Unplanned extends Error {
  override readonly name = 'Unplanned';
}

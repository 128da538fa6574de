/**
 * How an agent becomes and stays known to its backup server: state folder, key pair, certificate,
 * heartbeats. Knows nothing of platforms, disks or pools. The private key never leaves the state
 * folder and no access key is ever written or logged.
 */
package io.holdfast.agent.enrolment;

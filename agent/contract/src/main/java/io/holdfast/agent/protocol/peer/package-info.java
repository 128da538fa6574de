/** Who is at the other end of a call: the same on the server and on agents. */
package io.holdfast.agent.protocol.peer;

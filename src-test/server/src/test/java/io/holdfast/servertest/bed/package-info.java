/** What stands around the server under test: its folder, ports, database and process. */
package io.holdfast.servertest.bed;

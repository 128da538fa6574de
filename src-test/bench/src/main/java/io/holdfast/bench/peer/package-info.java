/** The other programs, each with the settings said on its class. */
package io.holdfast.bench.peer;

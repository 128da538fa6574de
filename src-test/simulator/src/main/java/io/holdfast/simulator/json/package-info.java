/** JSON trees, tolerant readers, and the old releases' style of JSON. */
package io.holdfast.simulator.json;

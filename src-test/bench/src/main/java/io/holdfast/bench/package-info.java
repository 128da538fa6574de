/** The benchmark command: what is measured, in which order, on which files. */
package io.holdfast.bench;

/** Measurements and how they are told. */
package io.holdfast.bench.report;

/** Value types that server and agent share. Immutable; they depend on the JDK only. */
package io.holdfast.model;

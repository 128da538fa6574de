/**
 * What pools and disk sources must agree on about this host's files, as they do not know each
 * other. Depends on the JDK only.
 */
package io.holdfast.file;

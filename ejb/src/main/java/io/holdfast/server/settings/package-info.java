/** Settings of the installation, given by environment variables. Knows no feature. */
package io.holdfast.server.settings;

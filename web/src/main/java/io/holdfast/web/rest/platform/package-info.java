/** Platforms and their inventory. */
package io.holdfast.web.rest.platform;

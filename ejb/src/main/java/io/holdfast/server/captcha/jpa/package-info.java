/** JPA implementation. */
package io.holdfast.server.captcha.jpa;

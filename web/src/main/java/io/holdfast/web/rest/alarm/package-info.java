/** {@code /alarms} of the API. */
package io.holdfast.web.rest.alarm;

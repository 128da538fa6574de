/** Users and their roles (USR-01). */
package io.holdfast.web.console.users;

/** The signed-in user's own account: changing the password. Keeps no password beyond a request. */
package io.holdfast.web.console.account;

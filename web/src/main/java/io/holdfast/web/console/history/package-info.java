/** What ran: the list, one run with its VMs and disks, and its log in the reader's language. */
package io.holdfast.web.console.history;

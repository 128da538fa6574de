/** Backup jobs: policies, as operators call them. */
package io.holdfast.web.rest.job;

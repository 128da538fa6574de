/** Garbage collections and verifications of pools: jobs, their history, their plans. */
package io.holdfast.web.rest.upkeep;

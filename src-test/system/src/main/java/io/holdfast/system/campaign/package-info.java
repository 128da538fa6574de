/**
 * The random campaign of H3C CAS: VM shapes, snapshot types, power states, releases and faults
 * drawn from a printed seed; each backup must end sealed and identical, or refused for the reason
 * that the product guide's table of restrictions gives, and leave nothing behind.
 */
package io.holdfast.system.campaign;

/**
 * The audit log: who changed or tried what, when, from where. Append only; the product has no way
 * to edit it. Entries are written in the transaction of the change they tell of.
 */
package io.holdfast.server.audit;

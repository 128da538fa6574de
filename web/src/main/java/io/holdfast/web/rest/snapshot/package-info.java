/** VM snapshots, what is done with them, and their schedules by REST (CAS-21). */
package io.holdfast.web.rest.snapshot;

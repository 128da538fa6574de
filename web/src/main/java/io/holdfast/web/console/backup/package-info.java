/**
 * Backup jobs: the list with its actions and the wizard that makes or changes one (JOB-01, JOB-02).
 * A selected container stands for what is below it at each run (INV-04), so the wizard keeps nodes,
 * not VMs.
 */
package io.holdfast.web.console.backup;

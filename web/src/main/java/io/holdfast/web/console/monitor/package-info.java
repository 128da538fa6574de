/** The page that shows runs at work, renewed every two seconds (JOB-02, JOB-03). */
package io.holdfast.web.console.monitor;

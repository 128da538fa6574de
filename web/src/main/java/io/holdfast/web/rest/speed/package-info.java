/** Speed limits as the API takes and gives them, for backup jobs, restore jobs and runs alike. */
package io.holdfast.web.rest.speed;

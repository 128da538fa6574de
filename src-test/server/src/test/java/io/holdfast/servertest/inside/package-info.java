/** What tests inside the server use: its beans, its database, its REST and its pages. */
package io.holdfast.servertest.inside;

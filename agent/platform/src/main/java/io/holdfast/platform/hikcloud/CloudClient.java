package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.hikcloud.rest.CloudEndpoint;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import io.holdfast.source.spi.CephStorage;
import java.net.http.HttpClient;

/** What a connection for backups and one for an operator's snapshots are both made of. */
record CloudClient(
    CloudHttp http,
    CloudTasks tasks,
    CloudErrors errors,
    CloudInstances instances,
    CloudStorages storages,
    CloudEligibility eligibility,
    CloudSnapshots snapshots,
    CloudFreezing freezing) {

  static CloudClient of(
      PlatformAccess access,
      CephStorage ceph,
      HttpClient client,
      RequestTimings timings,
      Waiting waiting) {
    CloudEndpoint endpoint =
        new CloudEndpoint(access.getAddress(), access.getPort(), access.getTls(), access.getUser());
    CloudHttp http = new CloudHttp(endpoint, access.getPassword(), client, timings, waiting);
    CloudTasks tasks = new CloudTasks(http);
    CloudErrors errors = new CloudErrors(endpoint);
    CloudInstances instances = new CloudInstances(http, errors);
    CloudStorages storages = new CloudStorages(access.getCephStoragesList(), ceph, errors);
    return new CloudClient(
        http,
        tasks,
        errors,
        instances,
        storages,
        new CloudEligibility(errors, storages),
        new CloudSnapshots(http, tasks, errors, instances, storages),
        new CloudFreezing(http, tasks, errors));
  }
}

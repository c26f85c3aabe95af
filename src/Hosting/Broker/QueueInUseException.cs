namespace WazoPlugind.Hosting.Broker;

/// <summary>A queue was declared with other arguments by a version before, and cannot be replaced as it is not empty, or someone consumes it.</summary>
/// <param name="queue">The queue.</param>
/// <param name="vhost">The virtual host that it is in.</param>
/// <param name="messages">How many messages wait in it.</param>
/// <param name="consumers">How many consumers it has.</param>
public sealed class QueueInUseException(string queue, string vhost, uint messages, uint consumers) : Exception(
    $"the queue {queue} was declared with other arguments, and has {messages} messages and {consumers} consumers: let them come to an end "
    + $"with the version that declared it, then delete it: rabbitmqctl delete_queue --vhost '{vhost}' {queue}");

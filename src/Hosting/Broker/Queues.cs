using RabbitMQ.Client;
using WazoPlugind.Messages;

namespace WazoPlugind.Hosting.Broker;

/// <summary>The names of the queues, and of the exchanges of the same names that feed them.</summary>
public static class Queues
{
    /// <summary>Takes commands from anyone; who asks and what it is part of is not read there.</summary>
    public const string Commands = CommandEndpoint.Name;

    /// <summary>Takes what the API asks for and what an operation needs, with requester and parent: a POST does not wait behind others' commands.</summary>
    public const string Requests = "plugind-requests";

    /// <summary>Takes what the steps report; the sagas read it.</summary>
    public const string Operations = "plugind-operations";

    /// <summary>
    /// Takes the fetches; competing consumers, any number of processes. Apart from <see cref="Build"/>: a long build holds no fetch up,
    /// nor do many fetches the build of what was fetched first.
    /// </summary>
    public const string Fetch = "plugind-fetch";

    /// <summary>Takes the builds; competing consumers, any number of processes.</summary>
    public const string Build = "plugind-build";

    /// <summary>Takes installations and removals of packages; one consumer per machine.</summary>
    public const string Install = "plugind-install";

    /// <summary>Takes messages that the broker drops, or that come back from their workers without an end.</summary>
    public const string DeadLetters = "plugind-dead-letters";

    /// <summary>All queues of work.</summary>
    public static readonly IReadOnlyList<string> All = [Commands, Requests, Operations, Fetch, Build, Install];

    /// <summary>The header of the id of the request that a message is about.</summary>
    public const string RequestIdHeader = "plugind-request-id";

    /// <summary>The queue of messages of another one that could not be understood or worked on.</summary>
    /// <param name="queue">The other queue.</param>
    public static string ErrorsOf(string queue) => queue + "_error";

    /// <summary>The type of the exchange that feeds a queue.</summary>
    /// <param name="queue">The queue.</param>
    public static string ExchangeTypeOf(string queue) =>
        // A message with a routing key goes nowhere: so the API finds out whether the broker would take one.
        queue == Requests ? ExchangeType.Direct : ExchangeType.Fanout;
}

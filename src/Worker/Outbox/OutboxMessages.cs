using System.Text.Json;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Outbox;

/// <summary>The messages that the outbox holds: their names, which are stored and never change, and their queues.</summary>
internal sealed class OutboxMessages
{
    private readonly Dictionary<Type, (string Name, string Queue)> _byType = new()
    {
        [typeof(ChildEnded)] = ("child-ended", Queues.Operations),
        [typeof(TurnCame)] = ("turn-came", Queues.Operations),
    };

    private readonly Dictionary<string, Type> _byName;

    /// <summary>Adds the commands and the messages of the steps.</summary>
    public OutboxMessages()
    {
        foreach (var command in CommandKind.All)
            _byType[command.RequestType] = ($"request.{command.Name}", Queues.Requests);
        foreach (var step in StepRegistry.All)
            _byType[step.CommandType] = ($"step.{step.Name}", step.Queue.Name);
        _byName = _byType.ToDictionary(type => type.Value.Name, type => type.Key);
    }

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message, without credentials.</param>
    /// <returns>Its queue, its name, and itself as JSON.</returns>
    public (string Queue, string Name, string Body) Write(object message)
    {
        var (name, queue) = _byType[message.GetType()];
        return (queue, name, JsonSerializer.Serialize(message, message.GetType()));
    }

    /// <summary>Reads a message.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">Its JSON.</param>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public object Read(string name, string body) => JsonSerializer.Deserialize(body, _byName[name]) ?? throw new JsonException("a message is an object");
}

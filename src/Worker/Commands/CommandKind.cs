using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Commands;

/// <summary>A kind of command.</summary>
/// <param name="name">Its name, which is stored: it never changes.</param>
internal abstract class CommandKind(string name)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandKind> All { get; } =
    [
        new CommandKind<InstallPluginCommand>("install"),
        new CommandKind<UninstallPluginCommand>("uninstall"),
        new CommandKind<UpdatePluginCommand>("update"),
        new CommandKind<UpdateAllPluginsCommand>("update-all"),
        new CommandKind<PlanOperationCommand>("plan"),
    ];

    /// <summary>Its name, which is stored: it never changes.</summary>
    public string Name { get; } = name;

    /// <summary>The type of the <see cref="Requested{TCommand}"/>.</summary>
    public abstract Type RequestType { get; }

    /// <summary>The command as it travels inside.</summary>
    /// <param name="command">The command.</param>
    /// <param name="requester">Who asked for it over HTTP; <c>null</c> for a command from the bus.</param>
    /// <param name="parent">What it is part of, or <c>null</c>.</param>
    public static object Request(IOperationMessage command, OperationRequester? requester, OperationParent? parent) =>
        All.Select(kind => kind.TryRequest(command, requester, parent)).First(request => request is not null)!;

    /// <summary>The command of a message, so that its operation ends as it begins.</summary>
    /// <param name="context">The message.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <returns><c>null</c> where the message is none, or one that is refused already.</returns>
    public static object? Refuse(ConsumeContext context, string reason) =>
        All.Select(kind => kind.TryRefuse(context, reason)).FirstOrDefault(request => request is not null);

    /// <summary>Adds the consumer of its dead letters to the bus.</summary>
    /// <param name="bus">The bus.</param>
    public abstract void AddDeadLettersTo(IBusRegistrationConfigurator bus);

    /// <summary>Adds the consumer of its dead letters to their queue.</summary>
    /// <param name="context">Makes it.</param>
    /// <param name="queue">The queue.</param>
    public abstract void AddDeadLettersTo(IBusRegistrationContext context, IReceiveEndpointConfigurator queue);

    /// <summary>The command of a message, refused, if it is of this kind.</summary>
    /// <param name="context">The message.</param>
    /// <param name="reason">Why.</param>
    protected abstract object? TryRefuse(ConsumeContext context, string reason);

    /// <summary>The command as it travels inside, if it is of this kind.</summary>
    /// <param name="command">The command.</param>
    /// <param name="requester">Who asked for it.</param>
    /// <param name="parent">What it is part of.</param>
    protected abstract object? TryRequest(IOperationMessage command, OperationRequester? requester, OperationParent? parent);
}

using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Commands;

/// <summary>A valid command, with what only this service's own processes may say of it.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
public sealed record Requested<TCommand> : IRequested
    where TCommand : class, IOperationMessage
{
    /// <inheritdoc/>
    public Guid Uuid => Command.Uuid;

    /// <summary>The command.</summary>
    public required TCommand Command { get; init; }

    /// <summary>Who asked for it over HTTP; <c>null</c> for a command from the bus.</summary>
    public OperationRequester? Requester { get; init; }

    /// <summary>What it is part of, or <c>null</c>.</summary>
    public OperationParent? Parent { get; init; }

    /// <summary>Where an update comes from, when that was found out already.</summary>
    public PluginOrigin? Source { get; init; }

    /// <summary>Why it ends as it begins, or <c>null</c>.</summary>
    public string? Refusal { get; init; }

    /// <inheritdoc/>
    public RequestIdempotency? Idempotency { get; init; }

    /// <summary>Whether nobody takes it back any more.</summary>
    public bool IsFinal { get; init; }

    /// <inheritdoc/>
    IRequested IRequested.AsFinal() => this with { IsFinal = true };

    /// <inheritdoc/>
    IRequested IRequested.With(RequestIdempotency? idempotency) => this with { Idempotency = idempotency };

    /// <inheritdoc/>
    string? ICarriesUrl.Url => Command switch
    {
        InstallPluginCommand install => install.Options.Url,
        UpdatePluginCommand update => update.Url,
        PlanOperationCommand plan => plan.Options?.Url,
        _ => null,
    };

    /// <inheritdoc/>
    object ICarriesUrl.WithUrl(string url) => Command switch
    {
        InstallPluginCommand install => this with { Command = (TCommand)(object)(install with { Options = install.Options with { Url = url } }) },
        UpdatePluginCommand update => this with { Command = (TCommand)(object)(update with { Url = url }) },
        PlanOperationCommand plan => this with { Command = (TCommand)(object)(plan with { Options = plan.Options! with { Url = url } }) },
        _ => this,
    };

    /// <summary>Omits the values: a url may hold a password.</summary>
    public override string ToString() => typeof(TCommand).Name;
}

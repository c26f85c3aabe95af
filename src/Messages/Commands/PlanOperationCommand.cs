namespace WazoPlugind.Messages;

/// <summary>
/// Asks what an operation would do: nothing is changed, and no event tells of it. The plan is read where operations are. Sent to
/// <see cref="CommandEndpoint.Name"/>.
/// </summary>
public sealed record PlanOperationCommand : IOperationMessage
{
    /// <summary>Names the plan; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What is planned: one of <see cref="OperationAction"/>. An update that names no plugin is one of all.</summary>
    public required string Action { get; init; }

    /// <summary>Installation: where the plugin comes from, one of <see cref="InstallMethods"/>.</summary>
    public string? Method { get; init; }

    /// <summary>Installation: what the method needs to find the plugin; update: what replaces the options of then.</summary>
    public InstallOptions? Options { get; init; }

    /// <summary>Installation: whether to install again what is installed in the same version.</summary>
    public bool? Reinstall { get; init; }

    /// <summary>Installation: the revision that is wanted, as in <see cref="InstallPluginCommand.Revision"/>.</summary>
    public string? Revision { get; init; }

    /// <summary>Uninstallation and update: the plugin's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Uninstallation and update: the plugin's name.</summary>
    public string? Name { get; init; }

    /// <summary>Update: the version of the market; <c>null</c> for the newest.</summary>
    public string? Version { get; init; }

    /// <summary>Omits the values: the url may hold a password.</summary>
    public override string ToString() => nameof(PlanOperationCommand);
}

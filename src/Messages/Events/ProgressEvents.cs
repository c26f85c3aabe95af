namespace WazoPlugind.Messages;

/// <summary>
/// The platform's events of each step of an operation, in JSON. They have the routing key <c>plugin.install.UUID.STATUS</c> (or <c>uninstall</c>),
/// where the status is one of <see cref="StepName"/>.
/// </summary>
public static class ProgressEvents
{
    /// <summary>The exchange of type <c>headers</c> that they are published to; the configuration of the service may name another one.</summary>
    public const string Exchange = "wazo-headers";

    /// <summary>The header that says which event it is.</summary>
    public const string NameHeader = "name";

    /// <summary>The <see cref="NameHeader"/> of installations and updates.</summary>
    public const string Install = "plugin_install_progress";

    /// <summary>The <see cref="NameHeader"/> of removals.</summary>
    public const string Uninstall = "plugin_uninstall_progress";
}

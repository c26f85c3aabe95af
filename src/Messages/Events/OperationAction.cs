namespace WazoPlugind.Messages;

/// <summary>What an operation does.</summary>
public static class OperationAction
{
    /// <summary>Installs a plugin.</summary>
    public const string Install = "install";

    /// <summary>Removes a plugin.</summary>
    public const string Uninstall = "uninstall";

    /// <summary>Updates a plugin, or all of them.</summary>
    public const string Update = "update";
}

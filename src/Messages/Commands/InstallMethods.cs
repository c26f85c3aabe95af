namespace WazoPlugind.Messages;

/// <summary>The values of <see cref="InstallPluginCommand.Method"/>.</summary>
public static class InstallMethods
{
    /// <summary>A git repository: <see cref="InstallOptions.Url"/>, <see cref="InstallOptions.Ref"/>, <see cref="InstallOptions.Subdirectory"/>.</summary>
    public const string Git = "git";

    /// <summary>The market: <see cref="InstallOptions.Namespace"/>, <see cref="InstallOptions.Name"/>, <see cref="InstallOptions.Version"/>.</summary>
    public const string Market = "market";

    /// <summary>An archive: <see cref="InstallOptions.Url"/>, <see cref="InstallOptions.Sha256"/>, <see cref="InstallOptions.Subdirectory"/>.</summary>
    public const string Archive = "archive";
}

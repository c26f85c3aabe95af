namespace WazoPlugind.Messages;

/// <summary>The options of an installation; which of them count depends on <see cref="InstallPluginCommand.Method"/>.</summary>
public sealed record InstallOptions
{
    /// <summary>git: the repository; archive: the file. May hold credentials: never log it, redact it first.</summary>
    public string? Url { get; init; }

    /// <summary>git: branch, tag or full commit hash; <c>null</c> means <c>master</c>, else the remote's HEAD.</summary>
    public string? Ref { get; init; }

    /// <summary>archive: the SHA-256 that the file must have, hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>git and archive: the plugin's root inside; <c>null</c> means the root of the repository or of the archive.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>market: the plugin's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>market: the plugin's name.</summary>
    public string? Name { get; init; }

    /// <summary>market: the version asked for; <c>null</c> means the newest that the platform can take.</summary>
    public string? Version { get; init; }

    /// <summary>Omits the values: the url may hold a password, and a record's default text ends up in logs.</summary>
    public override string ToString() => nameof(InstallOptions);
}

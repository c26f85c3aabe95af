namespace WazoPlugind.Platform.Configuration;

/// <summary>Credentials for repositories by HTTP (an item of the key <c>sources.credentials</c>).</summary>
public sealed record SourceCredentialsConfiguration
{
    /// <summary>The user name where none is said: who signs in with a token may have any.</summary>
    public const string DefaultUser = "git";

    /// <summary>A pattern of addresses, as those of <see cref="SourcesConfiguration.Allow"/>.</summary>
    public string Url { get; init; } = "";

    /// <summary>The user name.</summary>
    public string? User { get; init; }

    /// <summary>The file with the password or token; one without a directory is a credential of the service (systemd's LoadCredential).</summary>
    public string File { get; init; } = "";
}

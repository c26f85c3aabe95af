using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>What git signs in with over HTTP.</summary>
/// <param name="UserName">The user name; with an empty password a token.</param>
/// <param name="Password">The password.</param>
internal sealed record GitCredentials(string UserName, string Password)
{
    // More than one request may ask for them.
    private const int Copies = 4;

    /// <summary>The ways in which a server may repeat them.</summary>
    public IReadOnlyList<string> Forms => SecretText.FormsOf(UserName, Password);

    /// <summary>What the credential helper of <see cref="GitCommands"/> reads.</summary>
    public string Input => string.Concat(Enumerable.Repeat($"{UserName}\n{Password}\n", Copies));

    /// <summary>Omits them.</summary>
    public override string ToString() => nameof(GitCredentials);
}

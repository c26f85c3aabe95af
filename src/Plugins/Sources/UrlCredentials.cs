using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Sources;

/// <summary>What to sign in with over HTTP.</summary>
/// <param name="UserName">The user name; with an empty password a token.</param>
/// <param name="Password">The password.</param>
internal sealed record UrlCredentials(string UserName, string Password)
{
    /// <summary>The ways in which a server may repeat them.</summary>
    public IReadOnlyList<string> Forms => SecretText.FormsOf(UserName, Password);

    /// <summary>Omits them.</summary>
    public override string ToString() => nameof(UrlCredentials);
}

using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Processes;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Takes secrets out of text.</summary>
public static partial class SecretText
{
    /// <summary>Takes credentials out of the urls in a text, and the secrets out of their queries.</summary>
    /// <param name="text">The text.</param>
    public static string WithoutCredentials(string text) => WithoutParameters(Credentials().Replace(text, "${scheme}"));

    /// <summary>Takes the values of secret parameters out of the queries of urls.</summary>
    /// <param name="text">The text.</param>
    public static string WithoutParameters(string text) => Parameter().Replace(text, $"${{name}}={Command.Blank}");

    /// <summary>The name of the first secret parameter of a url's query, or <c>null</c>.</summary>
    /// <param name="path">The url, from its path on.</param>
    public static string? ParameterIn(string path) => Parameter().Match(path) is { Success: true } match ? match.Groups["name"].Value[1..] : null;

    /// <summary>The ways in which the credentials of a request may come back in an answer, the longest first.</summary>
    /// <param name="userName">The user name.</param>
    /// <param name="password">The password; where it is empty the user name is the secret.</param>
    public static IReadOnlyList<string> FormsOf(string userName, string password)
    {
        var secret = password.Length > 0 ? password : userName;
        var escaped = Uri.EscapeDataString(secret);
        return
        [
            .. ((string[])
            [
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}")),
                secret, escaped, LowerCaseEscapes().Replace(escaped, match => match.Value.ToLowerInvariant()), escaped.Replace("%20", "+", StringComparison.Ordinal),
            ]).Where(form => form.Length > 0).Distinct().OrderByDescending(form => form.Length),
        ];
    }

    // Up to the last '@' of the authority, so that a badly quoted password goes whole.
    [GeneratedRegex(@"(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s]*@")]
    private static partial Regex Credentials();

    [GeneratedRegex(
        @"(?<name>[?&;][^=&;#\s?/]*(?:token|passw|passphrase|secret|oauth|authorization|\bauth|credential|api_?key|access_?key|private_?key|"
        + @"signature|\bsig|\bkey|\bjwt|\bpat)[^=&;#\s]*)=[^&;#\s]+",
        RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();

    [GeneratedRegex("%[0-9A-F]{2}")]
    private static partial Regex LowerCaseEscapes();
}

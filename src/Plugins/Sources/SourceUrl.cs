using System.Globalization;
using System.Text.RegularExpressions;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Sources;

/// <summary>The address of a source, taken apart so that its credentials can be kept apart.</summary>
/// <param name="Address">What is asked: the url without a password, and without a user name but for ssh, which needs it.</param>
/// <param name="Protocol">git's name of the transport, for its allow-list.</param>
/// <param name="UserName">The user name for HTTP, or <c>null</c>.</param>
/// <param name="Password">The password for HTTP, or <c>null</c>.</param>
public sealed partial record SourceUrl(string Address, string Protocol, string? UserName, string? Password)
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 4096;

    private const string Ambiguous =
        "it is not clear where the url's credentials end: percent-encode what user name and password hold of / ? # @ : % and blanks, "
        + "and @ in the path (%40)";

    private const string NoScheme =
        "the url has no scheme, and is neither user@host:path nor an absolute path: https:// may be missing, or ssh:// (with which a path "
        + "may hold an @ as %40, or begin with a number)";

    private const string CopyUser = @"(?:[^\s@:/\[\]-][^\s@:/\[\]]*@)?";

    private const string Letter = @"[\p{L}\p{M}\p{N}_]";

    private static readonly string[] Protocols = ["http", "https", "ssh", "git", "file"];

    private static readonly IdnMapping Idn = new();

    /// <summary>The host and its port, as the address has them; empty for a local path.</summary>
    public string Host => Protocol == "file" ? "" : SchemeAndHost().Match(Address).Groups["host"].Value;

    /// <summary>Scheme, host and port.</summary>
    public string Origin => SchemeAndHost().Match(Address).Value;

    /// <summary>Reads an address of unknown origin.</summary>
    /// <param name="text">A url of a known scheme, <c>user@host:path</c>, or an absolute local path.</param>
    /// <param name="reason">Why it is refused, without its credentials.</param>
    /// <returns>The address, or <c>null</c> when it is refused.</returns>
    public static SourceUrl? Parse(string text, out string reason)
    {
        reason = "";
        if (text.Length == 0 || text.Length > MaxLength || text.Any(char.IsControl) || text[0] == '-')
        {
            reason = "the url is empty, too long, begins with '-' or holds control characters";
            return null;
        }

        if (Url().Match(text) is { Success: true } url)
            return FromUrl(url.Groups["scheme"].Value.ToLowerInvariant(), url.Groups["rest"].Value, out reason);
        if (text[0] == '/')
            return new SourceUrl(text, "file", null, null);
        if (SecureCopyAddress().Match(text) is { Success: true } copy && !NoPath().IsMatch(copy.Groups["path"].Value))
        {
            var address = copy.Groups["before"].Value + AsciiHost(copy.Groups["host"].Value) + copy.Groups["after"].Value;
            return new SourceUrl(address, "ssh", null, null);
        }

        reason = NoScheme;
        return null;
    }

    /// <summary>
    /// An address without its secrets, for people to read and to be kept. An ssh user is none. Of what <see cref="Parse"/> refuses only
    /// that is left which can be no secret.
    /// </summary>
    /// <param name="text">An address of unknown origin.</param>
    public static string Redact(string text)
    {
        if (Parse(text, out _) is { } url)
            return url.Address;
        var scheme = Url().Match(text).Groups["scheme"] is { Success: true } group ? group.Value + "://" : "";
        return SecretText.WithoutParameters(scheme + text[Math.Max(text.LastIndexOf('@') + 1, scheme.Length)..]);
    }

    /// <summary>Whether a pattern of the configuration covers the address: <c>*</c> for any characters, scheme and host without regard to case.</summary>
    /// <param name="pattern">The pattern.</param>
    public bool Matches(string pattern) =>
        // A way back would match a pattern and lead elsewhere.
        !Uri.UnescapeDataString(Address).Split('/').Contains("..")
        && Regex.IsMatch(
            Comparable(Address),
            $@"\A{string.Join(".*", Comparable(pattern).Split('*').Select(Regex.Escape))}\z",
            RegexOptions.Singleline | RegexOptions.NonBacktracking);

    // What counts without regard to case is in lower case.
    private static string Comparable(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal) is var colon and >= 0 ? colon + 3 : 0;
        var end = address.IndexOfAny(start > 0 ? ['/'] : ['/', ':'], start) is var index and >= 0 ? index : address.Length;
        return address[..start].ToLowerInvariant() + AsciiHost(address[start..end].ToLowerInvariant()) + address[end..];
    }

    /// <summary>Omits the credentials.</summary>
    public override string ToString() => Address;

    private static SourceUrl? FromUrl(string scheme, string rest, out string reason)
    {
        reason = "";
        if (!Protocols.Contains(scheme))
        {
            reason = $"the url's scheme is none of {string.Join(", ", Protocols)}";
            return null;
        }

        if (scheme == "file")
        {
            reason = rest is ['/', _, ..] ? "" : "a file url has no host and an absolute path";
            return reason.Length == 0 ? new SourceUrl($"file://{rest}", scheme, null, null) : null;
        }

        var end = rest.IndexOfAny(['/', '?', '#']) is var index and >= 0 ? index : rest.Length;
        var at = rest.LastIndexOf('@', Math.Max(end - 1, 0));
        var (user, host, path) = (at < 0 ? null : rest[..at], rest[(at + 1)..end], rest[end..]);
        var isHost = HostAndPort().IsMatch(host);
        if (user?.Any(character => character == '@' || char.IsWhiteSpace(character)) == true
            || MiddleAt().IsMatch(path)
            // The beginning of a password that holds a slash looks like a port.
            || (path.Contains('@') && user is null && (host.Contains(':') || !isHost)))
        {
            reason = Ambiguous;
            return null;
        }

        // ssh and git take a host that begins with '-' for an option of the program that they start.
        if (!isHost)
        {
            reason = "the url's host is missing or invalid";
            return null;
        }

        if (SecretText.ParameterIn(path) is { } parameter)
        {
            reason = $"the url's query holds a secret ({parameter}), which logs and everybody on this machine could read: "
                + "give it as https://USER:SECRET@host/path";
            return null;
        }

        return WithCredentials($"{scheme}://", user, AsciiHost(host) + path, scheme, out reason);
    }

    private static SourceUrl? WithCredentials(string start, string? user, string rest, string scheme, out string reason)
    {
        var parts = user?.Split(':', 2) ?? [];
        var userName = parts.Length > 0 ? Uri.UnescapeDataString(parts[0]) : null;
        var password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null;
        // git has a line for each.
        reason = $"{userName}{password}".AsSpan().ContainsAny('\n', '\r', '\0') || userName is ['-', ..]
            ? "the url's credentials hold a line's end, or begin with '-'"
            : "";
        if (reason.Length > 0)
            return null;
        return scheme switch
        {
            "http" or "https" => new SourceUrl(start + rest, scheme, userName, password),
            // It takes no password from us.
            "ssh" when parts.Length > 0 => new SourceUrl($"{start}{parts[0]}@{rest}", scheme, null, null),
            _ => new SourceUrl(start + rest, scheme, null, null),
        };
    }

    // Names in other scripts, as the resolver knows them (RFC 3490); what is no such name stays as it is.
    private static string AsciiHost(string host)
    {
        if (Ascii().IsMatch(host))
            return host.ToLowerInvariant();
        try
        {
            return string.Join('.', host.Split('.').Select(label => Ascii().IsMatch(label) ? label : Idn.GetAscii(label.ToLowerInvariant())));
        }
        catch (ArgumentException)
        {
            return host;
        }
    }

    [GeneratedRegex(@"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<rest>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Url();

    [GeneratedRegex(@"\A(?:\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\]|[\p{L}\p{M}\p{N}_.][\p{L}\p{M}\p{N}_.-]*)(?::[0-9]*)?\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"\A(?:[a-z]+://(?:[^/@]*@)?(?<host>[^/?#]*)|(?:[^@/:]*@)?(?<host>\[[^\]]*\]|[^:]*))")]
    private static partial Regex SchemeAndHost();

    // git takes a port in brackets too, and there the user name with it.
    [GeneratedRegex($@"\A(?<before>{CopyUser})(?:(?<host>{Letter}[\p{{L}}\p{{M}}\p{{N}}_.-]*)|(?<host>\[{CopyUser}(?:{Letter}|:)"
        + @"[\p{L}\p{M}\p{N}_.:%-]*\]))(?<after>:(?<path>[^:].*))\z")]
    private static partial Regex SecureCopyAddress();

    // A segment of a path that begins with it is none of somebody's password.
    [GeneratedRegex(@"[^/]@")]
    private static partial Regex MiddleAt();

    // Rather the rest of what lacks its scheme: of credentials, or a port.
    [GeneratedRegex(@"[^/]@|\A[0-9]+(?:/|\z)")]
    private static partial Regex NoPath();

    [GeneratedRegex(@"\A[\x00-\x7F]*\z")]
    private static partial Regex Ascii();
}

using System.Text.RegularExpressions;

namespace WazoPlugind.Plugins.Sources;

/// <summary>The address of a git repository, taken apart so that its credentials can be kept apart.</summary>
/// <param name="Address">What git is given: the url without a password, and over HTTP without a user name.</param>
/// <param name="Protocol">git's name of the transport, for its allow-list.</param>
/// <param name="UserName">The user name for HTTP, or <c>null</c>.</param>
/// <param name="Password">The password for HTTP, or <c>null</c>.</param>
public sealed partial record GitUrl(string Address, string Protocol, string? UserName, string? Password)
{
    private static readonly string[] Protocols = ["http", "https", "ssh", "git", "file"];

    /// <summary>Reads an address of unknown origin.</summary>
    /// <param name="text">A url of a known scheme, <c>user@host:path</c>, or an absolute local path.</param>
    /// <param name="reason">Why it is refused, without its credentials.</param>
    /// <returns>The address, or <c>null</c> when it is refused.</returns>
    public static GitUrl? Parse(string text, out string reason)
    {
        reason = "";
        if (text.Length == 0 || text.Length > 4096 || text.Any(char.IsControl) || text[0] == '-')
        {
            reason = "the url is empty, too long, begins with '-' or holds control characters";
            return null;
        }

        if (Url().Match(text) is { Success: true } url)
            return FromUrl(url, out reason);
        if (text[0] == '/')
            return new GitUrl(text, "file", null, null);
        if (SecureCopyAddress().IsMatch(text))
            return new GitUrl(text, "ssh", null, null);
        reason = "the url is neither a url, nor user@host:path, nor an absolute path";
        return null;
    }

    /// <summary>The address without its credentials, for people to read. Also of what <see cref="Parse"/> refuses.</summary>
    /// <param name="text">An address of unknown origin.</param>
    public static string Redact(string text) => Credentials().Replace(text, "${scheme}");

    /// <summary>Omits the credentials.</summary>
    public override string ToString() => Address;

    private static GitUrl? FromUrl(Match url, out string reason)
    {
        reason = "";
        var scheme = url.Groups["scheme"].Value.ToLowerInvariant();
        if (!Protocols.Contains(scheme))
        {
            reason = $"the url's scheme is none of {string.Join(", ", Protocols)}";
            return null;
        }

        var rest = url.Groups["rest"].Value;
        if (scheme == "file" && (!rest.StartsWith('/') || rest.Length == 1))
        {
            reason = "a file url has no host and an absolute path";
            return null;
        }

        // ssh and git take a host that begins with '-' for an option of the program that they start.
        if (scheme != "file" && !Host().IsMatch(rest))
        {
            reason = "the url's host is missing or invalid";
            return null;
        }

        if (!url.Groups["user"].Success)
            return new GitUrl($"{scheme}://{rest}", scheme, null, null);
        var userName = Uri.UnescapeDataString(url.Groups["user"].Value);
        var password = url.Groups["password"] is { Success: true } group ? Uri.UnescapeDataString(group.Value) : null;
        if (userName.Any(char.IsControl) || password?.Any(char.IsControl) == true || userName.StartsWith('-'))
        {
            reason = "the url's credentials are invalid";
            return null;
        }

        // ssh needs its user name in the address, and takes no password from us.
        return scheme is "http" or "https"
            ? new GitUrl($"{scheme}://{rest}", scheme, userName, password)
            : new GitUrl($"{scheme}://{url.Groups["user"].Value}@{rest}", scheme, null, null);
    }

    [GeneratedRegex(@"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?<user>[^/@:]*)(?::(?<password>[^/@]*))?@)?(?<rest>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Url();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9.]|\[)[^/\s@]*(?:/|\z)")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:[^:].*\z")]
    private static partial Regex SecureCopyAddress();

    // Up to the last '@' of the authority, so that a badly quoted password goes whole.
    [GeneratedRegex(@"(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s]*@")]
    private static partial Regex Credentials();
}

using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Versions;

/// <summary>Debian version numbers: their syntax and their order (Debian policy 5.6.12, deb-version(7)).</summary>
public static partial class DebianVersion
{
    /// <summary>The syntax: an optional epoch, an upstream version that begins with a digit, an optional revision.</summary>
    [GeneratedRegex(@"\A(?:[0-9]{1,9}:)?[0-9][A-Za-z0-9.+~]*(?:-[A-Za-z0-9.+~]+)*\z")]
    public static partial Regex Syntax { get; }

    /// <summary>Whether a text is a version that dpkg takes.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(string text) => text.Length <= 128 && Syntax.IsMatch(text);

    /// <summary>Compares two versions as dpkg does; a text that is no version is compared by the same rules.</summary>
    /// <param name="left">A version.</param>
    /// <param name="right">Another.</param>
    /// <returns>Less than zero, zero or more than zero, as the left one is older, the same or newer.</returns>
    public static int Compare(string left, string right)
    {
        var (leftEpoch, leftUpstream, leftRevision) = Split(left);
        var (rightEpoch, rightUpstream, rightRevision) = Split(right);
        var order = ComparePart(leftEpoch, rightEpoch);
        if (order == 0)
            order = ComparePart(leftUpstream, rightUpstream);
        return order != 0 ? order : ComparePart(leftRevision, rightRevision);
    }

    private static (string Epoch, string Upstream, string Revision) Split(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        var (epoch, rest) = colon < 0 ? ("", version) : (version[..colon], version[(colon + 1)..]);
        var dash = rest.LastIndexOf('-');
        return dash < 0 ? (epoch, rest, "") : (epoch, rest[..dash], rest[(dash + 1)..]);
    }

    // Alternates between runs of non-digits, compared by Weight, and runs of digits, compared as numbers.
    private static int ComparePart(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 || right.Length > 0)
        {
            while (IsText(left) || IsText(right))
            {
                var order = Weight(left) - Weight(right);
                if (order != 0)
                    return order;
                left = left[1..];
                right = right[1..];
            }

            var number = CompareNumber(TakeDigits(ref left), TakeDigits(ref right));
            if (number != 0)
                return number;
        }

        return 0;

        static bool IsText(ReadOnlySpan<char> part) => part.Length > 0 && !char.IsAsciiDigit(part[0]);
    }

    // A tilde sorts before the end, the end before letters, letters before anything else.
    private static int Weight(ReadOnlySpan<char> part) => part switch
    {
        [] => 0,
        ['~', ..] => -1,
        [var c, ..] when char.IsAsciiDigit(c) => 0,
        [var c, ..] when char.IsAsciiLetter(c) => c,
        [var c, ..] => c + 256,
    };

    private static ReadOnlySpan<char> TakeDigits(ref ReadOnlySpan<char> part)
    {
        var length = part.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? part : part[..length];
        part = part[digits.Length..];
        return digits.TrimStart('0');
    }

    private static int CompareNumber(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
}

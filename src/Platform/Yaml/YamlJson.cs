using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace WazoPlugind.Platform.Yaml;

/// <summary>Reads YAML of unknown origin into JSON, in bounded time and memory, with the scalar rules of YAML 1.1.</summary>
/// <remarks>
/// YAML 1.1, because existing plugins are written for it: <c>yes</c> is a boolean and <c>017</c> is 15. Dates stay text,
/// since JSON has none.
/// </remarks>
public static partial class YamlJson
{
    private const int MaxDepth = 64;
    private const int MaxNodes = 20_000;

    /// <summary>Reads the first document of a YAML text. Of a key that is twice in a mapping the last counts.</summary>
    /// <param name="yaml">The text, perhaps with a byte order mark.</param>
    /// <param name="textKeys">Keys whose plain numbers are kept as the text that was written, so that <c>1.10</c> stays <c>1.10</c>.</param>
    /// <returns>The document, or <c>null</c> when it is empty or a null.</returns>
    /// <exception cref="YamlFormatException">The text is not YAML, or nests or expands beyond the bounds.</exception>
    public static JsonNode? Read(string yaml, IReadOnlySet<string>? textKeys = null)
    {
        try
        {
            var budget = MaxNodes;
            return YamlTree.Read(yaml, MaxDepth) is { } root ? Convert(root, textKeys, 0, ref budget, asText: false) : null;
        }
        catch (YamlException e)
        {
            throw new YamlFormatException($"line {e.Start.Line}, column {e.Start.Column}: {e.Message}", e);
        }
    }

    /// <summary>Whether a text that is written as it is, without quotes, is read as a text again; a date or a time of day is not, elsewhere.</summary>
    /// <param name="text">The text.</param>
    public static bool IsText(string text) => text.Length > 0 && !LooksNumeric(text) && Plain(text, asText: true)?.GetValueKind() == JsonValueKind.String;

    private static JsonNode? Convert(YamlTree node, IReadOnlySet<string>? textKeys, int depth, ref int budget, bool asText)
    {
        // Aliases share nodes in memory but are written out in full: this bounds the expansion, and ends a cycle.
        if (--budget < 0 || depth > MaxDepth)
            throw new YamlFormatException($"more than {MaxNodes} values or {MaxDepth} levels once its aliases are expanded");
        switch (node)
        {
            case YamlTree.Mapping mapping:
                var properties = new JsonObject();
                // What is merged comes first, so that the mapping's own pairs count, wherever the merge key stands.
                foreach (var (key, value) in mapping.Pairs.Where(pair => IsMerge(pair.Key)))
                    Merge(properties, value, textKeys, depth, ref budget);
                foreach (var (key, value) in mapping.Pairs.Where(pair => !IsMerge(pair.Key)))
                {
                    var name = KeyText(key);
                    properties[name] = Convert(value, textKeys, depth + 1, ref budget, asText: textKeys?.Contains(name) == true);
                }

                return properties;
            case YamlTree.Sequence sequence:
                var items = new JsonArray();
                foreach (var item in sequence.Items)
                    items.Add(Convert(item, textKeys, depth + 1, ref budget, asText: false));
                return items;
            default:
                return Scalar(((YamlTree.Leaf)node).Scalar, asText);
        }
    }

    private static bool IsMerge(YamlTree key) => key is YamlTree.Leaf { Scalar: { Value: "<<", Style: ScalarStyle.Plain } };

    private static void Merge(JsonObject properties, YamlTree value, IReadOnlySet<string>? textKeys, int depth, ref int budget)
    {
        // Of several the first counts.
        var sources = value is YamlTree.Sequence several ? Enumerable.Reverse(several.Items) : [value];
        foreach (var source in sources)
        {
            if (Convert(source, textKeys, depth + 1, ref budget, asText: false) is not JsonObject merged)
                throw new YamlFormatException($"line {value.Start.Line}: a merge key whose value is not a mapping");
            foreach (var (name, inherited) in merged)
                properties[name] = inherited?.DeepClone();
        }
    }

    // What Python's json.dumps makes of a key, as the recorded answers show: {3: yes} is {"3": true}.
    private static string KeyText(YamlTree key) => key switch
    {
        YamlTree.Leaf { Scalar: var scalar } => KeyText(scalar),
        _ => throw new YamlFormatException($"line {key.Start.Line}: a key that is not a scalar"),
    };

    private static string KeyText(Scalar key) => Scalar(key, asText: false) switch
    {
        null => "null",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => other.ToJsonString(),
    };

    private static JsonValue? Scalar(Scalar scalar, bool asText)
    {
        var text = scalar.Value ?? "";
        return scalar.Style == ScalarStyle.Plain && scalar.Tag != "tag:yaml.org,2002:str" ? Plain(text, asText) : JsonValue.Create(text);
    }

    private static JsonValue? Plain(string text, bool asText) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => JsonValue.Create(true),
        "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => JsonValue.Create(false),
        _ when asText || !LooksNumeric(text) => JsonValue.Create(text),
        _ => Number(text) ?? JsonValue.Create(text),
    };

    // An address or a version is none.
    private static bool LooksNumeric(string text) =>
        (text[0] is '+' or '-' or '.' || char.IsAsciiDigit(text[0])) && text.AsSpan().Count('.') < 2;

    private static JsonValue? Number(string text)
    {
        // What nearly every number is.
        if (text[0] is >= '1' and <= '9' && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var plain))
            return JsonValue.Create(plain);
        if (IntegerPattern().Match(text) is { Success: true } integer)
            return Integer(integer);
        if (!FloatPattern().IsMatch(text))
            return null;
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        // A number that JSON can write is kept as it was written.
        if (JsonNumberPattern().IsMatch(digits))
            return JsonNode.Parse(digits)!.AsValue();
        var value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? JsonValue.Create(value) : null;
    }

    private static JsonValue Integer(Match match)
    {
        var digits = match.Groups["digits"].Value.Replace("_", "", StringComparison.Ordinal);
        var value = match.Groups["base"].Value switch
        {
            "0x" => BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            "0b" => digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * 2 + (digit - '0')),
            "0" => digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0')),
            _ => BigInteger.Parse(digits, CultureInfo.InvariantCulture),
        };
        if (match.Groups["sign"].Value == "-")
            value = -value;
        return JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture))!.AsValue();
    }

    [GeneratedRegex(@"\A(?<sign>[-+]?)(?:(?<base>0b)(?<digits>[01_]+)|(?<base>0x)(?<digits>[0-9a-fA-F_]+)|(?<base>0)(?<digits>[0-7_]+)|(?<digits>0|[1-9][0-9_]*))\z")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"\A(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)\z")]
    private static partial Regex FloatPattern();

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex JsonNumberPattern();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Processes;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Takes the secrets out of a configuration that is shown.</summary>
internal static class SecretMask
{
    private const string Masked = Command.Blank;

    private static readonly string[] SecretWords = ["password", "token", "secret", "service_key", "private_key", "credential"];

    /// <summary>Masks secrets at any depth: by the names of keys, credentials in urls, and keys in PEM.</summary>
    /// <param name="node">The configuration; it is changed.</param>
    public static void Apply(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (key, value) in properties.ToArray())
                {
                    if (value is not null && IsSecret(key))
                        properties[key] = Masked;
                    else if (MaskText(value) is { } masked)
                        properties[key] = masked;
                    else
                        Apply(value);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (MaskText(items[i]) is { } masked)
                        items[i] = masked;
                    else
                        Apply(items[i]);
                }

                break;
        }
    }

    private static bool IsSecret(string key) => SecretWords.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? MaskText(JsonNode? value)
    {
        if (value?.GetValueKind() != JsonValueKind.String)
            return null;
        var text = value.GetValue<string>();
        return text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? Masked : SecretText.WithoutCredentials(text);
    }
}

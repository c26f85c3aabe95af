using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Manifest;

/// <summary>Reads a <c>plugin.yml</c> that anyone may have written.</summary>
public static class ManifestReader
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxSize = 256 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Keys that hold a version: a number there counts as the text that was written.</summary>
    private static readonly HashSet<string> VersionKeys = ["version", "min_wazo_version", "max_wazo_version"];

    /// <summary>Reads a manifest. Versions are text, also when they look like numbers.</summary>
    /// <param name="root">The directory that the file must be in, after symbolic links.</param>
    /// <param name="relativePath">The file below it.</param>
    /// <returns>The document, <c>null</c> when it is empty.</returns>
    /// <exception cref="YamlFormatException">The file is absent, not a regular file, too large, a pointer of git-lfs, or not YAML.</exception>
    public static JsonNode? Read(string root, string relativePath) => YamlJson.Read(ReadText(root, relativePath), VersionKeys);

    private static string ReadText(string root, string relativePath)
    {
        try
        {
            var content = SafePath.ReadFile(root, relativePath, MaxSize);
            return LfsPointer.IsPointer(content) ? throw new YamlFormatException(LfsPointer.Problem(relativePath)) : Utf8.GetString(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new YamlFormatException($"{relativePath}: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new YamlFormatException($"{relativePath}: not UTF-8", e);
        }
    }
}

using System.Text.Json.Nodes;
using WazoPlugind.Platform.Yaml;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Merges the configuration files over the defaults, and the command line over both.</summary>
public sealed class ConfigurationLoader
{
    /// <summary>The main file where the command line names no other.</summary>
    public const string DefaultFile = PlugindConfiguration.ConfigurationDirectory + "/config.yml";

    // Without one the log is the journal's.
    private const string LogFile = "log_file";

    private readonly JsonObject _tree = [];
    private readonly Dictionary<string, string> _origins = [];
    private readonly TextWriter _errors;

    private ConfigurationLoader(TextWriter errors) => _errors = errors;

    /// <summary>Loads the configuration.</summary>
    /// <param name="file">The main file.</param>
    /// <param name="overrides">What the command line sets, as nested keys.</param>
    /// <param name="environment">Gives environment variables.</param>
    /// <param name="errors">Is told of files that are skipped.</param>
    /// <exception cref="ConfigurationException">Values that have the wrong type or cannot work, all of them, one a line.</exception>
    public static LoadedConfiguration Load(
        string file, JsonObject overrides, Func<string, string?> environment, TextWriter errors)
    {
        var loader = new ConfigurationLoader(errors);
        loader.MergeProxies(environment);
        // Making it takes as long as reading the file.
        var schema = Task.Run(() => ConfigurationJsonContext.Default.PlugindConfiguration);
        loader.MergeFile(file);
        foreach (var extra in loader.ExtraFiles())
            loader.MergeFile(extra);
        loader.Merge(loader._tree, overrides, "", "the command line");
        var binder = new ConfigurationBinder(schema.Result);
        var configuration = binder.Bind(loader._tree) with
        {
            Uuid = environment("XIVO_UUID"),
            WazoVersion = environment("WAZO_VERSION"),
            CredentialsDirectory = environment("CREDENTIALS_DIRECTORY"),
        };
        if (binder.Problems.Count > 0)
            throw new ConfigurationException(string.Join('\n', binder.Problems.Select(loader.Say)));
        return new LoadedConfiguration(file, configuration, [.. binder.Warnings.Select(loader.Say)], loader._tree);
    }

    // Programs look for the name in small letters first, and take an empty value for none.
    private void MergeProxies(Func<string, string?> environment)
    {
        foreach (var key in (string[])["http", "https", "all", "no"])
        {
            foreach (var name in (string[])[$"{key}_proxy".ToUpperInvariant(), $"{key}_proxy"])
            {
                if (environment(name) is { Length: > 0 } value)
                    Merge(_tree, new JsonObject { ["proxy"] = new JsonObject { [key == "no" ? "no_proxy" : key] = value } }, "", $"the environment's {name}");
            }
        }
    }

    // The alphabetically first wins, hence is merged last.
    private IEnumerable<string> ExtraFiles()
    {
        var directory = _tree["extra_config_files"]?.ToString() ?? new PlugindConfiguration().ExtraConfigFiles;
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.yml").OrderDescending(StringComparer.Ordinal)];
        }
        // An empty name is reported with what else is wrong.
        catch (Exception e) when (e is DirectoryNotFoundException or ArgumentException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.WriteLine($"{directory}: skipped: {e.Message}");
            return [];
        }
    }

    private void MergeFile(string file)
    {
        try
        {
            switch (YamlJson.Read(File.ReadAllText(file)))
            {
                case null:
                    return;
                case JsonObject content:
                    Merge(_tree, content, "", file);
                    return;
                default:
                    _errors.WriteLine($"{file}: skipped: not a mapping");
                    return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlFormatException)
        {
            _errors.WriteLine($"{file}: skipped: {e.Message}");
        }
    }

    private void Merge(JsonObject target, JsonObject source, string parent, string origin)
    {
        foreach (var (key, value) in source)
        {
            var path = parent + key;
            // A key without a value leaves the default, except where none is something else.
            if (value is null && path != LogFile)
                continue;
            _origins[path] = origin;
            if (value is JsonObject sourceChild)
            {
                if (target[key] is not JsonObject targetChild)
                    target[key] = targetChild = [];
                Merge(targetChild, sourceChild, path + ".", origin);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    // A default is in no file; what is beside it is.
    private string Say(KeyProblem problem)
    {
        var parent = problem.Key[..Math.Max(0, problem.Key.LastIndexOf('.'))];
        var origin = _origins.GetValueOrDefault(problem.Key) ?? _origins.GetValueOrDefault(parent, "the configuration");
        return $"{origin}: {problem.Key}: {problem.Text}";
    }
}

using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Tests.Configuration;

/// <summary>Configuration files of a test: a main one, and those of its conf.d.</summary>
internal sealed class ConfigurationFiles : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Main => Path.Join(_directory.Path, "config.yml");

    public void Dispose() => _directory.Dispose();

    public string WriteExtra(string name, string yaml) => _directory.Write($"conf.d/{name}", yaml);

    public LoadedConfiguration Load(string yaml)
    {
        _directory.Write("config.yml", $"extra_config_files: {_directory.Path}/conf.d\n{yaml}");
        return ConfigurationLoader.Load(Main, [], _ => null, TextWriter.Null);
    }

    /// <summary>The lines of the error that a configuration gives.</summary>
    public string[] Refuse(string yaml) => Assert.Throws<ConfigurationException>(() => Load(yaml)).Message.Split('\n');
}

namespace WazoPlugind.Platform.Configuration;

/// <summary>A configuration that the service cannot start with; the message names the file, the key and what was expected.</summary>
/// <param name="message">For the administrator.</param>
public sealed class ConfigurationException(string message) : Exception(message);

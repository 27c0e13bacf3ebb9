/** What drivers of graphics cards and their loaders go by: which card, and where their files lie. */
const NAMES = [
  ...['PATH', 'HOME', 'LD_LIBRARY_PATH', 'XDG_CACHE_HOME', 'XDG_DATA_DIRS', 'XDG_RUNTIME_DIR'],
  ...['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_LOADER_DEVICE_SELECT', 'MESA_VK_DEVICE_SELECT', 'DRI_PRIME'],
  ...['CUDA_VISIBLE_DEVICES', 'CUDA_CACHE_PATH', 'NVIDIA_VISIBLE_DEVICES', 'NVIDIA_DRIVER_CAPABILITIES'],
];

/** The environment of a process that runs models: no key and no password is in it. */
export function driverEnvironment(): NodeJS.ProcessEnv {
  const found: NodeJS.ProcessEnv = {};
  for (const name of NAMES) if (process.env[name] !== undefined) found[name] = process.env[name];
  return found;
}

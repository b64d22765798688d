import { exportFile } from '../services/export-job/export-file.ts';
import { serveJobs } from './serve-jobs.ts';

serveJobs(exportFile);
